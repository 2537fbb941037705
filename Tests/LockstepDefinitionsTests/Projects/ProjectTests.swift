import Foundation
import LockstepDefinitions
import LockstepModel
import Testing

struct ProjectTests {
    @Test
    func `The project is the nearest folder upwards that has both folders`() throws {
        let temporary = try TemporaryProject(["workflows/deep/er/x.txt": ""])
        let project = try Project.discover(
            from: temporary.folder + "/workflows/deep/er",
            explicit: nil,
            environment: [:]
        )
        #expect(project == (try temporary.project))
        #expect(project.stateFolder == project.root + "/.lockstep")
        #expect(project.relative(project.root + "/workflows/x.yaml") == "workflows/x.yaml")
        #expect(project.relative("/elsewhere/x.yaml") == "/elsewhere/x.yaml")
    }

    @Test
    func `The option goes before the environment, the environment before the search`() throws {
        let (one, two, three) = (try TemporaryProject(), try TemporaryProject(), try TemporaryProject())
        let environment = ["LOCKSTEP_PROJECT": two.folder]
        #expect(
            try Project.discover(from: one.folder, explicit: three.folder, environment: environment) == three.project
        )
        #expect(try Project.discover(from: one.folder, explicit: nil, environment: environment) == two.project)
        #expect(
            try Project.discover(from: one.folder, explicit: "./workflows/..", environment: environment) == one.project
        )
    }

    @Test
    func `A folder with state is a project`() throws {
        let temporary = try TemporaryProject([".lockstep/x": ""])
        try FileManager.default.removeItem(atPath: temporary.folder + "/workflows")
        #expect(throws: Never.self) { try temporary.project }
    }

    @Test
    func `Where there is no project the way to make one is named`() throws {
        let temporary = try TemporaryProject()
        try FileManager.default.removeItem(atPath: temporary.folder + "/workflows")
        for (explicit, environment) in [
            (nil, [:]), (temporary.folder, [:]), (nil, ["LOCKSTEP_PROJECT": temporary.folder]),
        ] as [(String?, [String: String])] {
            let error = #expect(throws: DefinitionError.self) {
                try Project.discover(from: temporary.folder, explicit: explicit, environment: environment)
            }
            #expect(error?.code == .projectNotFound)
            #expect(error?.message.contains("run `lockstep init`") == true)
        }
        let error = #expect(throws: DefinitionError.self) {
            try Project.discover(from: temporary.folder, explicit: "/no/such/folder", environment: [:])
        }
        #expect(error?.message == "--project names /no/such/folder, but there is no such folder")
    }
}
