import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Synchronization
import Testing

/// Freeing bytes that nobody refers to, and keeping all others.
@Suite(.timeLimit(.minutes(10)))
struct GarbageTests {
    /// The wall clock, set forward by hand.
    private final class Clock: Sendable {
        private let ahead = Mutex<Int64>(0)
        func now() -> Instant { Instant(milliseconds: Instant.now().milliseconds + ahead.withLock { $0 }) }
        func advance(hours: Int64) { ahead.withLock { $0 += hours * 3_600_000 } }
    }

    private let clock = Clock()
    private let fixture: EngineFixture
    private var service: JobService { fixture.service }
    private var ann: Actor { fixture.actor }

    init() throws {
        fixture = try EngineFixture(now: clock.now)
    }

    private func running(_ name: String = "work", as actor: Actor? = nil) async throws -> Job {
        let job = try await service.createExternalJob(name: name, as: actor ?? ann)
        return try await service.startJob(job.id, as: actor ?? ann)
    }

    private func add(_ text: String, to job: Job, name: String = "x", as actor: Actor? = nil) async throws -> Asset {
        try await service.createAsset(.bytes(Array(text.utf8)), name: name, of: job.id, as: actor ?? ann)
    }

    private func path(_ asset: Asset) -> String { fixture.workspace.blobs.path(of: asset.sha256) }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Every file and folder of the state folder but the database's, with size and time of change.
    private func tree() throws -> [String] {
        let root = fixture.folder.path(".lockstep")
        let below = try #require(FileManager.default.enumerator(atPath: root))
        var lines: [String] = []
        while let name = below.nextObject() as? String {
            let facts = try FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")
            let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            lines.append("\(name) \(facts[.size] ?? 0) \(time) \(facts[.systemFileNumber] ?? 0)")
        }
        return lines.sorted().filter { !$0.hasPrefix("lockstep.sqlite-shm") }
    }

    private func deleted(_ job: Job) async throws {
        _ = try await service.cancelJob(job.id, as: ann)
        try await service.deleteJob(job.id, as: ann)
    }

    @Test func `bytes of a deleted job go, and those that another job has too stay`() async throws {
        let (gone, kept) = (try await running(), try await running())
        let own = try await add("only here", to: gone)
        let shared = try await add("in both", to: gone)
        _ = try await add("in both", to: kept)
        try await deleted(gone)
        clock.advance(hours: 2)
        let report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.contents.count == 1)
        #expect(report.contents.bytes == 9)
        #expect(report.damages.isEmpty)
        #expect(!exists(path(own)))
        #expect(exists(path(shared)))
        #expect(try await service.collectGarbage(GarbageRequest(), as: ann).total.count == 0)
    }

    @Test func `what is younger than an hour stays`() async throws {
        let job = try await running()
        let asset = try await add("young", to: job)
        try await deleted(job)
        var report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.total.count == 0)
        #expect(report.young.count == 1)
        #expect(exists(path(asset)))
        clock.advance(hours: 2)
        report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.contents.count == 1)
        #expect(report.young.count == 0)
        #expect(!exists(path(asset)))
    }

    @Test func `storing a content again makes it young`() async throws {
        let blobs = fixture.workspace.blobs
        let blob = try blobs.store(Array("again".utf8), name: "a")
        let old = Date(timeIntervalSinceNow: -7200)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: blobs.path(of: blob.sha256))
        #expect(try blobs.store(Array("again".utf8), name: "b") == blob)
        #expect(try await service.collectGarbage(GarbageRequest(), as: ann).contents.count == 0)
        #expect(blobs.contains(blob.sha256))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: blobs.path(of: blob.sha256))
        #expect(try await service.collectGarbage(GarbageRequest(), as: ann).contents.count == 1)
        #expect(!blobs.contains(blob.sha256))
    }

    @Test func `a dry run says the same and changes nothing, not even a time`() async throws {
        let (gone, old) = (try await running(), try await running("old one"))
        _ = try await add("gone", to: gone)
        _ = try await add("old", to: old, name: "report.txt")
        try await deleted(gone)
        _ = try await service.completeJob(old.id, as: ann)
        clock.advance(hours: 48)
        let before = try tree()
        let names = Mutex<[String]>([])
        var request = GarbageRequest(isDryRun: true, settledFor: DurationText(parsing: "1d"), verifies: true)
        let dry = try await service.collectGarbage(request, as: ann) { job in
            names.withLock { $0 += [job.name] + job.assets.map { "\($0.name) \($0.size)" } }
        }
        #expect(try tree() == before)
        #expect(names.withLock { $0 } == ["old one", "report.txt 3"])
        #expect(dry.contents.count == 2)
        #expect(dry.jobs.bytes == 3)
        request.isDryRun = false
        let real = try await service.collectGarbage(request, as: ann)
        #expect(real.contents == dry.contents)
        #expect(real.jobs == dry.jobs)
    }

    @Test func `an old job keeps its row and its log, which says what went and when`() async throws {
        let (old, fresh) = (try await running("old"), try await running("fresh"))
        let lost = try await add("old bytes", to: old, name: "report.txt")
        let shared = try await add("shared", to: old, name: "same.txt")
        _ = try await add("shared", to: fresh, name: "same.txt")
        let done = try await service.completeJob(old.id, as: ann)
        clock.advance(hours: 48)
        _ = try await service.completeJob(fresh.id, as: ann)
        let request = GarbageRequest(settledFor: DurationText(parsing: "1d"))
        let report = try await service.collectGarbage(request, as: ann)
        #expect(report.jobs.count == 1)
        #expect(report.contents.bytes == 9)
        #expect(!exists(path(lost)))
        #expect(exists(path(shared)))
        #expect(try await service.getJob(old.id, as: ann) == done)
        #expect(try await service.listAssets(old.id, as: ann).isEmpty)
        #expect(try await service.listAssets(fresh.id, as: ann).count == 1)
        let event = try #require(try await service.listEvents(old.id, as: ann).last)
        #expect(event.type == "job.assets_collected")
        let traces = event.data["assets"]?.arrayValue ?? []
        #expect(traces.map { $0["name"] } == ["report.txt", "same.txt"])
        #expect(traces.map { $0["file_size"] } == [9, 6])
        #expect(traces.first?["sha256"] == .string(lost.sha256))
        let freed = try await service.freedAssets(old.id, as: ann)
        #expect(freed.map(\.value) == [lost.fileValue, shared.fileValue])
        #expect(freed.allSatisfy { $0.freedAt == event.at })
        #expect(try await service.verifyEvents(as: ann).isSound)
        #expect(try await service.collectGarbage(request, as: ann).jobs.count == 0)
    }

    @Test func `only jobs of the named workflow and of the actor's tenant lose assets`() async throws {
        let eve = Actor(id: "eve", tenantID: "other")
        let external = try await running()
        let theirs = try await running("theirs", as: eve)
        _ = try await add("a", to: external)
        _ = try await add("b", to: theirs, as: eve)
        _ = try await service.completeJob(external.id, as: ann)
        _ = try await service.completeJob(theirs.id, as: eve)
        let made = try await fixture.createJob()
        _ = try await service.cancelJob(made.id, as: ann)
        clock.advance(hours: 48)
        var request = GarbageRequest(settledFor: DurationText(parsing: "1d"), workflow: WorkflowID("pair"))
        #expect(try await service.collectGarbage(request, as: ann).jobs.count == 1)
        #expect(try await service.listAssets(made.id, as: ann).isEmpty)
        #expect(try await service.listAssets(external.id, as: ann).count == 1)
        request.workflow = nil
        #expect(try await service.collectGarbage(request, as: ann).jobs.count == 1)
        #expect(try await service.listAssets(theirs.id, as: eve).count == 1)
        let system = Actor(id: "system", kind: .system)
        #expect(try await service.collectGarbage(request, as: system).jobs.count == 1)
    }

    @Test func `half-written files of the dead go, and those of the living stay`() async throws {
        let incoming = fixture.folder.path(".lockstep/assets/incoming")
        let (dead, alive) = ("\(incoming)/1-1", "\(incoming)/2-2")
        for path in [dead, alive] { try Data("half".utf8).write(to: URL(fileURLWithPath: path)) }
        let writer = open(alive, O_WRONLY | O_CLOEXEC)
        defer { close(writer) }
        #expect(flock(writer, LOCK_EX | LOCK_NB) == 0)
        #expect(try await service.collectGarbage(GarbageRequest(), as: ann).writes.count == 0, "both are young")
        clock.advance(hours: 2)
        let report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.writes.count == 1)
        #expect(report.writes.bytes == 4)
        #expect(!exists(dead))
        #expect(exists(alive))
    }

    @Test func `a writer holds the lock that keeps its file`() throws {
        let incoming = fixture.folder.path(".lockstep/assets/incoming")
        _ = try fixture.workspace.blobs.store(limit: ByteCount(100), name: "x") { _ throws(StoreError) in
            for name in (try? FileManager.default.contentsOfDirectory(atPath: incoming)) ?? [] {
                let file = open("\(incoming)/\(name)", O_RDONLY | O_CLOEXEC)
                defer { close(file) }
                #expect(flock(file, LOCK_EX | LOCK_NB) != 0)
            }
        }
    }

    @Test func `attempt folders of jobs that are gone go, and those of others stay`() async throws {
        let job = try await fixture.createJob()
        for name in ["job_gone/att_1/work/deep", "\(job.id)/att_1"] {
            try fixture.folder.write("some text", to: ".lockstep/attempts/\(name)/file")
        }
        try fixture.folder.write("log", to: ".lockstep/attempts/job_gone.log")
        #expect(try await service.collectGarbage(GarbageRequest(), as: ann).attempts.count == 0, "they are young")
        clock.advance(hours: 2)
        let report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.attempts.count == 2)
        #expect(report.attempts.bytes == 12)
        #expect(try fixture.folder.names(in: ".lockstep/attempts") == [job.id.rawValue])
    }

    @Test func `locks and logs of batches that ended or are gone go, and those of others stay`() async throws {
        let other = try BatchFixture(now: clock.now)
        let (ended, open) = (try await other.create("word\none\n"), try await other.create("word\ntwo\n"))
        _ = try await other.run(ended)
        let (state, batches) = (other.engine.folder, ".lockstep/batches")
        for id in ["batch_gone", ended.id.rawValue, open.id.rawValue] {
            try state.write("log", to: "\(batches)/\(id).log")
        }
        try state.write("", to: "\(batches)/batch_gone.lock")
        let before = try state.names(in: batches)
        let young = try await other.service.collectGarbage(GarbageRequest(), as: other.engine.actor)
        #expect(young.batches.count == 0, "they are young")
        clock.advance(hours: 2)
        let dry = try await other.service.collectGarbage(GarbageRequest(isDryRun: true), as: other.engine.actor)
        #expect(try state.names(in: batches) == before)
        let report = try await other.service.collectGarbage(GarbageRequest(), as: other.engine.actor)
        #expect(report.batches == dry.batches && report.batches.count == 3, "\(report)")
        #expect(try state.names(in: batches) == before.filter { $0.hasPrefix(open.id.rawValue) })
        #expect(try await other.run(open).state == .completed)
    }

    @Test func `missing bytes are named, and changed ones when everything is read again`() async throws {
        let job = try await running()
        let (missing, changed) = (try await add("one", to: job, name: "m.txt"), try await add("two", to: job))
        try FileManager.default.removeItem(atPath: path(missing))
        try FileManager.default.removeItem(atPath: path(changed))
        try Data("owt".utf8).write(to: URL(fileURLWithPath: path(changed)))
        var report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.damages.map(\.kind) == [.missing])
        #expect(report.damages.first?.assets == [withoutAddress(missing)])
        report = try await service.collectGarbage(GarbageRequest(verifies: true), as: ann)
        #expect(report.damages.map(\.kind) == [.missing, .damaged])
        #expect(report.damages.last?.assets.map(\.id) == [changed.id])
    }

    private func withoutAddress(_ asset: Asset) -> Asset {
        var asset = asset
        asset.url = nil
        return asset
    }

    @Test func `what a collector that died left in the trash comes back when it is needed`() async throws {
        let job = try await running()
        let asset = try await add("needed", to: job)
        let trash = fixture.folder.path(".lockstep/assets/trash")
        try FileManager.default.createDirectory(atPath: trash, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path(asset), toPath: "\(trash)/\(asset.sha256)")
        let report = try await service.collectGarbage(GarbageRequest(), as: ann)
        #expect(report.damages.isEmpty)
        #expect(exists(path(asset)))
        #expect(try fixture.folder.names(in: ".lockstep/assets/trash").isEmpty)
    }

    private final class Race: Sendable {
        let isDone = Mutex(false)
        let kept = Mutex<[(job: JobID, asset: AssetID)]>([])
    }

    /// Every content is old for the collector as soon as it is stored, so that nothing but the order of things protects it.
    @Test func `no asset loses its bytes while others collect as fast as they can`() async throws {
        let hasty = try Workspace.open(
            fixture.workspace.project,
            now: { Instant(milliseconds: Instant.now().milliseconds + 3_600_000 + 1) }
        )
        let race = Race()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for round in 0..<20 {
                        // Few contents, so that what one writer adds is there already from another, or garbage just now.
                        let text = "content \((worker + round) % 3)"
                        guard let (job, asset) = try await addIfNotRefused(text) else { continue }
                        let file = try await service.readAsset(asset, of: job, as: ann)
                        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
                        if round >= 18 {
                            race.kept.withLock { $0.append((job, asset)) }
                        } else {
                            _ = try await service.cancelJob(job, as: ann)
                            try await service.deleteJob(job, as: ann)
                        }
                    }
                }
            }
            group.addTask {
                while !race.isDone.withLock({ $0 }) {
                    let report = try await hasty.service.collectGarbage(GarbageRequest(), as: ann)
                    #expect(report.damages.isEmpty)
                }
            }
            for _ in 0..<4 { _ = try await group.next() }
            race.isDone.withLock { $0 = true }
            try await group.waitForAll()
        }
        for (job, asset) in race.kept.withLock({ $0 }) {
            let file = try await service.readAsset(asset, of: job, as: ann)
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("content "))
        }
        #expect(try await service.verifyEvents(as: ann).isSound)
    }

    /// Adds bytes to a new job; nil when they were gone before their row came, which is refused and records nothing.
    private func addIfNotRefused(_ text: String) async throws -> (job: JobID, asset: AssetID)? {
        let job = try await running()
        do throws(JobError) {
            let content = AssetContent.bytes(Array(text.utf8))
            return (job.id, try await service.createAsset(content, name: "x", of: job.id, as: ann).id)
        } catch {
            #expect(error.code == .storageError)
            let assets = try await service.listAssets(job.id, as: ann)
            #expect(assets.isEmpty)
            return nil
        }
    }
}
