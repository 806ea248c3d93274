"""The house rules: what a compiler does not see and a reviewer forgets."""
