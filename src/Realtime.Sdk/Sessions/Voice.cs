namespace Realtime.Sdk;

/// <summary>
/// The voice of the model: a built-in one by name, or a custom one by ID. It cannot change once the session has produced audio.
/// Wire: <c>audio.output.voice</c>, legacy <c>voice</c>; a string or an object.
/// </summary>
/// <remarks>Schema: <c>VoiceIdsOrCustomVoice</c>.</remarks>
public abstract partial record Voice : WireObject
{
    private protected Voice() { }

    /// <summary>The built-in voice alloy, which is the server's default.</summary>
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

    /// <summary>The built-in voice marin, which OpenAI recommends.</summary>
    public static BuiltInVoice Marin { get; } = new("marin");

    /// <summary>The built-in voice cedar, which OpenAI recommends.</summary>
    public static BuiltInVoice Cedar { get; } = new("cedar");

    private protected static readonly string[] KnownNames =
        [Alloy.Name, Ash.Name, Ballad.Name, Coral.Name, Echo.Name, Sage.Name, Shimmer.Name, Verse.Name, Marin.Name, Cedar.Name];

    /// <summary>Creates a built-in voice.</summary>
    public static implicit operator Voice(string name) => new BuiltInVoice(name);

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        // Other services have voices in other shapes, for example {"name","type"}, so an object without an ID is not a custom voice.
        protected override Voice? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) =>
            JsonMembers.HasText(reader.Copy, "id"u8) ? CustomVoice.Read(ref reader) : null;

        protected override Voice ReadToken(ref WireReader reader) =>
            reader.TokenType == JsonTokenType.String ? new BuiltInVoice(reader.GetText()!) : base.ReadToken(ref reader);
    }
}

/// <summary>A built-in voice. Wire: a string.</summary>
/// <remarks>Schema: <c>VoiceIdsShared</c>.</remarks>
/// <param name="Name">The name, for example <c>marin</c>. Unrecognized names cause only a validation warning, because the service adds voices.</param>
public sealed partial record BuiltInVoice(string Name) : Voice
{
    internal static new BuiltInVoice Read(ref WireReader reader) => Voice.Read(ref reader) as BuiltInVoice ?? throw new JsonException("The JSON is not a BuiltInVoice.");

    internal override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(Name);

    internal override void Check(Constraints constraints)
    {
        if (Array.IndexOf(KnownNames, Name) < 0)
            constraints.UnknownValue(Name, "", KnownNames);
    }
}

/// <summary>A custom voice. Wire: <c>{"id": …}</c>.</summary>
public sealed partial record CustomVoice : Voice
{
    /// <summary>The ID of the voice, for example <c>voice_1234</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init => field = value ?? ""; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Id, "id");
        constraints.ForbidOtherMembers(this, "must not be sent: a custom voice accepts only an id");
    }
}

/// <summary>A voice in an unrecognized shape, for example an object without an ID, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownVoice(JsonElement Json) : Voice, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be a name or an object with an id");
}
