namespace Realtime.Sdk;

/// <summary>
/// The voice the model speaks with: a built-in one by its name, or a custom one by its id. It cannot change once the session has
/// produced audio. Wire: <c>audio.output.voice</c>, legacy <c>voice</c>; a string or an object.
/// </summary>
public abstract partial record Voice : WireObject
{
    private protected Voice() { }

    /// <summary>The server's default.</summary>
    public static BuiltInVoice Alloy { get; } = new("alloy");

    /// <summary>The built-in voice ash.</summary>
    public static BuiltInVoice Ash { get; } = new("ash");

    /// <summary>The built-in voice ballad.</summary>
    public static BuiltInVoice Ballad { get; } = new("ballad");

    /// <summary>The built-in voice coral.</summary>
    public static BuiltInVoice Coral { get; } = new("coral");

    /// <summary>The built-in voice echo.</summary>
    public static BuiltInVoice Echo { get; } = new("echo");

    /// <summary>The built-in voice sage.</summary>
    public static BuiltInVoice Sage { get; } = new("sage");

    /// <summary>The built-in voice shimmer.</summary>
    public static BuiltInVoice Shimmer { get; } = new("shimmer");

    /// <summary>The built-in voice verse.</summary>
    public static BuiltInVoice Verse { get; } = new("verse");

    /// <summary>The built-in voice marin; one of the two that OpenAI recommends.</summary>
    public static BuiltInVoice Marin { get; } = new("marin");

    /// <summary>The built-in voice cedar; one of the two that OpenAI recommends.</summary>
    public static BuiltInVoice Cedar { get; } = new("cedar");

    private protected static readonly string[] KnownNames =
        [Alloy.Name, Ash.Name, Ballad.Name, Coral.Name, Echo.Name, Sage.Name, Shimmer.Name, Verse.Name, Marin.Name, Cedar.Name];

    /// <summary>A built-in voice by its name.</summary>
    public static implicit operator Voice(string name) => new BuiltInVoice(name);

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        // Other services have voices of other shapes, for example {"name","type"}: an object without an ID is not a custom voice.
        protected override Voice? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) =>
            JsonMembers.HasText(reader.Copy, "id"u8) ? CustomVoice.Read(ref reader) : null;

        protected override Voice ReadToken(ref WireReader reader) =>
            reader.TokenType == JsonTokenType.String ? new BuiltInVoice(reader.GetText()!) : base.ReadToken(ref reader);
    }
}

/// <summary>A voice of the service, by its name. Wire: a string.</summary>
/// <param name="Name">The name, for example <c>marin</c>; any string is sent, for the service adds voices.</param>
public sealed partial record BuiltInVoice(string Name) : Voice
{
    internal static new BuiltInVoice Read(ref WireReader reader) => Voice.Read(ref reader) as BuiltInVoice ?? throw new JsonException("The JSON is not a BuiltInVoice.");

    internal override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(Name);

    internal override void Check(Constraints constraints)
    {
        if (Array.IndexOf(KnownNames, Name) < 0)
            constraints.UnknownWord(Name, "", KnownNames);
    }
}

/// <summary>A custom voice, by its id. Wire: <c>{"id": …}</c>.</summary>
public sealed partial record CustomVoice : Voice
{
    /// <summary>The voice's id, for example <c>voice_1234</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init => field = value ?? ""; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Id, "id");
        constraints.ForbidOtherMembers(this, "must not be sent: a custom voice takes only an id");
    }
}

/// <summary>A voice in a shape this version does not know, for example an object without an ID, kept as it came.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownVoice(JsonElement Json) : Voice, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be a name or an object with an id");
}
