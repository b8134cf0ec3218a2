"""The untrusted side: a zygote that has imported torch, and the confined workers that it forks."""
