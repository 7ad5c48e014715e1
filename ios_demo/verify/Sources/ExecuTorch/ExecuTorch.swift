// ExecuTorch
