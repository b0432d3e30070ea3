namespace Realtime.Sdk.Testing;

/// <summary>
/// An MCP server of the emulator; see <see cref="EmulatorModel.AddMcpServer"/>. If a session declares a server that was not added, listing its tools fails.
/// </summary>
public sealed record EmulatorMcpServer
{
    /// <summary>The label with which sessions declare the server. Wire: <c>server_label</c>.</summary>
    public required string Label { get; init; }

    /// <summary>The tools of the server. The default is empty.</summary>
    public IReadOnlyList<EmulatorMcpTool> Tools { get; init; } = [];

    /// <summary>Returns the members, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(EmulatorMcpServer), PrintMembers);

    /// <summary>Copies the server and its list of tools.</summary>
    internal EmulatorMcpServer Copy() => this with { Tools = [.. Tools] };
}

/// <summary>A tool of an <see cref="EmulatorMcpServer"/>.</summary>
public sealed record EmulatorMcpTool
{
    /// <summary>The name of the tool.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The description of the tool. If no rule matches, the tool is called if its name or description has a word in common with the user's last message. The
    /// default is null.
    /// </summary>
    public string? Description { get; init; }

    /// <summary>The JSON schema of the arguments, as JSON text. The default is an object without properties.</summary>
    public string InputSchema { get; init; } = """{"type":"object","properties":{}}""";

    /// <summary>
    /// The function that runs a call: it gets the arguments as JSON text and returns the output. The default returns <c>done</c>. An exception closes the
    /// session with 1011 and is thrown by <see cref="RealtimeEmulator.DisposeAsync"/>; for a call that fails, set <see cref="Error"/>.
    /// </summary>
    public Func<string, string> Call { get; init; } = _ => "done";

    /// <summary>The error message with which every call fails. The default is null: calls succeed.</summary>
    public string? Error { get; init; }

    /// <summary>Returns the members, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(EmulatorMcpTool), PrintMembers);
}
