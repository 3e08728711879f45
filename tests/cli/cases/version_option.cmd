kept --version --json
