import EdgeKit
