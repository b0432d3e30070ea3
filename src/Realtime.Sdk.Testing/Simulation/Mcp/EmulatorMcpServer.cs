namespace Realtime.Sdk.Testing;

/// <summary>An MCP server the emulator can reach. A session that declares a label not listed here sees its listing fail.</summary>
public sealed record EmulatorMcpServer
{
    /// <summary>The <c>server_label</c> sessions call it by.</summary>
    public required string Label { get; init; }

    /// <summary>What it offers.</summary>
    public IReadOnlyList<EmulatorMcpTool> Tools { get; init; } = [];

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(EmulatorMcpServer), PrintMembers);

    /// <summary>Copies the server and its list of tools.</summary>
    internal EmulatorMcpServer Copy() => this with { Tools = [.. Tools] };
}

/// <summary>A tool of an <see cref="EmulatorMcpServer"/>.</summary>
public sealed record EmulatorMcpTool
{
    /// <summary>The tool's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; like the name it may share a word with the user's, and is then called.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON schema of its arguments, as JSON text.</summary>
    public string InputSchema { get; init; } = """{"type":"object","properties":{}}""";

    /// <summary>
    /// Answers a call: takes the arguments as JSON text, returns the output. An exception that it throws closes the session with 1011 and is
    /// thrown by <see cref="RealtimeEmulator.DisposeAsync"/>; for a call that fails set <see cref="Error"/>.
    /// </summary>
    public Func<string, string> Call { get; init; } = _ => "done";

    /// <summary>Why every call fails; null lets them succeed.</summary>
    public string? Error { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(EmulatorMcpTool), PrintMembers);
}
