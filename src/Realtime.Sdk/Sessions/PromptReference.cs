using System.Collections.ObjectModel;

namespace Realtime.Sdk;

/// <summary>
/// A stored prompt of the platform, with values for its variables. Wire: <c>prompt</c>. OpenAI discontinues stored prompts on November 30, 2026; other servers
/// may keep them.
/// </summary>
/// <remarks><see langword="null"/> in a configuration does not change the server's setting; <see cref="None"/> sends <c>null</c>.</remarks>
public abstract partial record PromptReference : WireObject
{
    private protected PromptReference() { }

    /// <summary>No stored prompt. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial PromptReference None { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>A reference to a stored prompt by its ID. Wire: an object.</summary>
/// <remarks>Schema: <c>Prompt</c>.</remarks>
public sealed partial record StoredPrompt : PromptReference
{
    /// <summary>The ID of the prompt.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init => field = value ?? ""; }

    /// <summary>The version of the prompt; null uses the current version.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    /// <summary>The values of the prompt's variables, by name.</summary>
    [JsonPropertyName("variables")]
    public IReadOnlyDictionary<string, PromptVariable>? Variables { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(Id, "id");
        constraints.NotBlank(Version, "version");
        foreach (var (name, variable) in Variables ?? ReadOnlyDictionary<string, PromptVariable>.Empty)
        {
            constraints.ValidText(name, "variables");
            constraints.ValidateRequiredMember($"variables.{name}", variable);
        }
    }
}

/// <summary>A prompt reference in an unrecognized shape, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownPromptReference(JsonElement Json) : PromptReference, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be an object or null");
}
