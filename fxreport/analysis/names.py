"""Titles of metrics, families and scenarios as messages, for claims and tables."""

from __future__ import annotations

from fxreport.analysis.claims import N_

METRIC_TITLES = {
    "ari": N_("ARI"),
    "nmi": N_("NMI"),
    "ami": N_("AMI"),
    "clustering_accuracy": N_("clustering accuracy"),
    "silhouette": N_("silhouette"),
    "davies_bouldin": N_("Davies–Bouldin index"),
    "knn_accuracy": N_("nearest-neighbour accuracy"),
    "probe_accuracy": N_("linear-probe accuracy"),
    "dimension": N_("dimension"),
    "parameters": N_("parameters"),
    "model_bytes": N_("model size"),
    "peak_memory_bytes": N_("peak memory of the process"),
    "fit_seconds": N_("training time"),
    "load_seconds": N_("loading time"),
    "resize_seconds": N_("resizing time"),
    "extraction_seconds": N_("extraction time"),
    "extraction_seconds_min": N_("shortest extraction time"),
    "extraction_seconds_max": N_("longest extraction time"),
    "images_per_second": N_("throughput"),
    "test_accuracy": N_("accuracy on test images"),
    "train_accuracy": N_("accuracy on training images"),
    "reconstruction_mse": N_("reconstruction error"),
    "epochs": N_("epochs"),
    "pca_explained_variance": N_("variance explained by the PCA plane"),
    "pca_trustworthiness": N_("trustworthiness of the PCA plane"),
    "pca_knn_accuracy": N_("nearest-neighbour accuracy in the PCA plane"),
    "tsne_trustworthiness": N_("trustworthiness of the t-SNE plane"),
    "tsne_knn_accuracy": N_("nearest-neighbour accuracy in the t-SNE plane"),
}

FAMILY_TITLES = {
    "baseline": N_("control without learning"),
    "supervised": N_("trained with labels"),
    "unsupervised": N_("trained without labels"),
    "pretrained": N_("pretrained"),
    "other": N_("other"),
}

#: titles of the built-in scenarios; a user's scenario brings its own
SCENARIO_TITLES = {
    "max_quality": N_("Highest quality, whatever it costs"),
    "no_labels": N_("No labels"),
    "limited_compute": N_("Limited computing power"),
    "pretrained": N_("A pretrained extractor is wanted"),
    "natural_images": N_("Natural images"),
    "production": N_("In production"),
}
