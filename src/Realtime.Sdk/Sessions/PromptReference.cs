using System.Collections.ObjectModel;

namespace Realtime.Sdk;

/// <summary>
/// A prompt stored on the platform, filled with variables. Wire: <c>prompt</c>. OpenAI ends stored prompts on
/// 2026-11-30; servers of others may keep them.
/// </summary>
/// <remarks><see langword="null"/> in a configuration leaves the server's setting alone; <see cref="None"/> sends <c>null</c>.</remarks>
public abstract partial record PromptReference : WireObject
{
    private protected PromptReference() { }

    /// <summary>No stored prompt. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial PromptReference None { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>A stored prompt by its id. Wire: an object.</summary>
public sealed partial record StoredPrompt : PromptReference
{
    /// <summary>The prompt's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init => field = value ?? ""; }

    /// <summary>The prompt's version; null takes the current one.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    /// <summary>What the prompt's placeholders stand for, by their names.</summary>
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

/// <summary>A prompt reference in a shape this version does not know, kept as it came.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownPromptReference(JsonElement Json) : PromptReference, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be an object or null");
}
