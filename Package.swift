// swift-tools-version: 6.2
import PackageDescription

/// One block of settings for every Swift target; a misspelled feature name is silently ignored by the compiler.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Lockstep",
    products: [
        .executable(name: "lockstep", targets: ["lockstep"]),
        .executable(name: "lockstep-supervisor", targets: ["lockstep-supervisor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CMagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSeccomp", providers: [.apt(["libseccomp-dev"])]),

        .target(
            name: "LockstepJSON",
            dependencies: [.product(name: "OrderedCollections", package: "swift-collections")]
        ),
        .target(name: "LockstepMasking"),
        .target(name: "LockstepModel", dependencies: ["CPCRE2", "LockstepJSON"]),
        .target(
            name: "LockstepDefinitions",
            dependencies: ["LockstepJSON", "LockstepModel", .product(name: "Yams", package: "Yams")]
        ),
        .target(
            name: "LockstepStore",
            dependencies: [
                "CMagic", "LockstepJSON", "LockstepModel",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "LockstepExecution",
            dependencies: ["CLinux", "CSeccomp", "LockstepJSON", "LockstepMasking", "LockstepModel", "LockstepStore"]
        ),
        .target(
            name: "LockstepEngine",
            dependencies: [
                "LockstepDefinitions", "LockstepExecution", "LockstepJSON", "LockstepModel", "LockstepStore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "LockstepCommands",
            dependencies: [
                "LockstepDefinitions", "LockstepEngine", "LockstepExecution", "LockstepJSON", "LockstepModel",
                "LockstepStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(name: "lockstep", dependencies: ["LockstepCommands"]),
        // No test target depends on it: its linker flag would become the test bundle's. `swift test` builds it all the same.
        .executableTarget(
            name: "lockstep-supervisor",
            dependencies: ["CLinux", "LockstepJSON", "LockstepMasking"],
            // Fully static: it starts in 0.6 ms instead of 1.5, and no LD_ variable of a step can reach it. lld, because the
            // default linker warns about a dlopen in the Swift runtime that is never called.
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"])]
        ),
        .target(
            name: "LockstepTestSupport",
            dependencies: ["LockstepExecution", "LockstepJSON", "LockstepModel"],
            path: "Tests/LockstepTestSupport"
        ),

        .testTarget(name: "LockstepJSONTests", dependencies: ["LockstepJSON"]),
        .testTarget(name: "LockstepMaskingTests", dependencies: ["LockstepMasking"]),
        .testTarget(name: "LockstepModelTests", dependencies: ["LockstepJSON", "LockstepModel"]),
        .testTarget(
            name: "LockstepDefinitionsTests",
            dependencies: ["LockstepDefinitions", "LockstepJSON", "LockstepModel", "LockstepTestSupport"],
            exclude: ["Importing/Fixtures"]
        ),
        .testTarget(
            name: "LockstepStoreTests",
            dependencies: [
                "LockstepJSON", "LockstepModel", "LockstepStore", "LockstepTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "LockstepExecutionTests",
            dependencies: [
                "CLinux", "LockstepExecution", "LockstepJSON", "LockstepModel", "LockstepStore", "LockstepTestSupport",
            ]
        ),
        .testTarget(
            name: "LockstepEngineTests",
            dependencies: [
                "LockstepDefinitions", "LockstepEngine", "LockstepExecution", "LockstepJSON", "LockstepModel",
                "LockstepStore", "LockstepTestSupport",
            ]
        ),
        .testTarget(
            name: "LockstepCommandsTests",
            dependencies: [
                "LockstepCommands", "LockstepDefinitions", "LockstepEngine", "LockstepExecution", "LockstepJSON",
                "LockstepModel", "LockstepTestSupport", "lockstep",
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
