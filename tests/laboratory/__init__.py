"""What the laboratories of android_demo and ios_demo share: steps that are done once, programs, test vectors."""
