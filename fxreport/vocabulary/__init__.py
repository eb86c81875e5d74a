"""What both halves talk about: experiments, metrics, facts, scenarios, errors. Imports nothing of ours."""
