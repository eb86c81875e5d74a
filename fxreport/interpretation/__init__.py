"""What a network looks at: filters, layers, latent space, attributions. Networks come as protocols."""
