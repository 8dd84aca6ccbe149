"""Speed and memory of the check, as ratios to what else reads the same file in the same run."""
