// CryptoKit
