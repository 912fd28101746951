"""Any token-classification model exported to ONNX as an annotator."""

from corpus_builder.annotators.onnx.annotating import component_name, onnx_annotator

__all__ = ["component_name", "onnx_annotator"]
