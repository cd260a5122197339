"""A trained generator as a folder of plain files: ONNX, safetensors, settings, model card."""
