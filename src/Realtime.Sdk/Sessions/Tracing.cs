namespace Realtime.Sdk;

/// <summary>
/// Whether the session is recorded on the platform's traces page. Tracing cannot be changed once it is on, and cannot be turned on once it is off.
/// Wire: <c>tracing</c>; a string, an object or <c>null</c>.
/// </summary>
/// <remarks>
/// <see langword="null"/> in a configuration does not change the server's setting, which is off by default; <see cref="Off"/> sends <c>null</c>.
/// </remarks>
public abstract partial record Tracing : WireObject
{
    private protected Tracing() { }

    /// <summary>Traces with names that the server chooses. Wire: <c>auto</c>.</summary>
    [WireValue("auto")]
    public static partial Tracing Auto { get; }

    /// <summary>No traces for the rest of the session. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial Tracing Off { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Traces with names that the app chooses. Wire: an object.</summary>
public sealed partial record TracingConfiguration : Tracing
{
    /// <summary>The name of the workflow to which the session belongs.</summary>
    [JsonPropertyName("workflow_name")]
    public string? WorkflowName { get; init; }

    /// <summary>The ID of the group to which the session belongs, for filtering.</summary>
    [JsonPropertyName("group_id")]
    public string? GroupId { get; init; }

    /// <summary>A JSON object for filtering.</summary>
    [JsonPropertyName("metadata")]
    public partial JsonElement? Metadata { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(WorkflowName, "workflow_name");
        constraints.NotBlank(GroupId, "group_id");
        constraints.JsonObject(Metadata, "metadata");
    }
}

/// <summary>A tracing setting in an unrecognized shape, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTracing(JsonElement Json) : Tracing, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Json.ValueKind == JsonValueKind.String)
            constraints.UnknownValue(Json, "auto");
        else
            constraints.UnknownShape("should be \"auto\", an object or null");
    }
}
