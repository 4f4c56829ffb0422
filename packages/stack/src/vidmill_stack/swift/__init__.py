"""The local S3: one node of OpenStack Swift with s3api, in a virtual environment of its own."""
