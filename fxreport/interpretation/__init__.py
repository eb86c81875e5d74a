"""What a network looks at: filters, layers, latent space, attributions. Asks networks through protocols only."""
