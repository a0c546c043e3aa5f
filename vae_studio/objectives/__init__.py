"""What is minimised: likelihoods, the evidence lower bound and its relatives, schedules."""
