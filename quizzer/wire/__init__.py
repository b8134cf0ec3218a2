"""The codec between grader and jail: msgspec headers, and tensor bytes in shared memory; never code."""
