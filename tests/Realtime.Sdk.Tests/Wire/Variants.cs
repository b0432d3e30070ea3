using System.Collections;
using System.Reflection;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>The variants of the families that stand inside sessions, secrets and response formats.</summary>
internal static class Variants
{
    private static readonly Type[] Families =
    [
        typeof(SessionConfiguration), typeof(AudioFormat), typeof(TurnDetection), typeof(NoiseReduction), typeof(Transcription), typeof(Voice),
        typeof(Truncation), typeof(Tracing), typeof(PromptReference), typeof(PromptVariable), typeof(RealtimeTool), typeof(ToolChoice),
        typeof(McpAllowedTools), typeof(McpApproval), typeof(ResponseFormat),
    ];

    public static IReadOnlyList<Type> Known { get; } =
    [
        .. typeof(WireObject).Assembly.GetTypes()
            .Where(type => type.IsSealed && Families.Any(type.IsSubclassOf) && !type.IsAssignableTo(typeof(IUnknownVariant))),
    ];

    /// <summary>A record and every record in it.</summary>
    public static IEnumerable<WireObject> In(object? value) => value switch
    {
        null or string => [],
        IDictionary map => map.Values.Cast<object?>().SelectMany(In),
        IEnumerable list => list.Cast<object?>().SelectMany(In),
        WireObject record =>
        [
            record,
            .. record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.Name != nameof(WireObject.AdditionalProperties) && !property.PropertyType.IsValueType)
                .SelectMany(property => In(property.GetValue(record))),
        ],
        _ => [],
    };
}
