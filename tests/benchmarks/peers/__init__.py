"""Other programs doing the same work, each in a process of its own; they come with the extra `bench`."""
