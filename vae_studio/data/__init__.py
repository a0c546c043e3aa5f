"""Pictures in: ImageSet and everything that makes one."""
