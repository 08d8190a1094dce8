"""What a computer takes of sticks and of upstream: values in, a decision and its reasons out."""
