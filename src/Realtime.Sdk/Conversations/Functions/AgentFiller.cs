namespace Realtime.Sdk;

/// <summary>
/// A short spoken sentence while a function runs, so that the user does not wait in silence. It is an out-of-band response: it is heard, but is not a turn of the conversation. At most
/// one is spoken for the function calls of one response, only while both sides are silent, and only if the session has audio output.
/// </summary>
public sealed record AgentFiller
{
    /// <summary>How long the function runs before the sentence is requested. More than zero, at most a day; the default is 3 seconds.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The instructions for the sentence, added to those of the session. The default asks for one short sentence that says that it takes a moment.</summary>
    public string Instructions { get; init => field = value ?? ""; } = "Say in one short sentence that you need a moment. Do not say anything else.";

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(AgentFiller), PrintMembers);
}
