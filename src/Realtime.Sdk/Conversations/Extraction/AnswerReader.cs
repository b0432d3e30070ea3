using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>Reads answers that conform to their schema as objects. The type can have rules that no schema expresses, such as those of a converter.</summary>
internal static class AnswerReader
{
    /// <returns>Why the answer cannot be read; null if it was read.</returns>
    public static ConstraintViolation? TryRead<T>(JsonElement answer, JsonTypeInfo<T> type, out T? value)
    {
        var violation = TryDeserialize(answer, type, out value);

        // By default, the platform reads a type discriminator only where it is the first member, but a model may write members in any order.
        return violation is not null && AllowAnyOrder(type) is { } other ? TryDeserialize(answer, other, out value) : violation;
    }

    private static ConstraintViolation? TryDeserialize<T>(JsonElement answer, JsonTypeInfo<T> type, out T? value)
    {
        value = default;
        try
        {
            value = answer.Deserialize(type);
            return null;
        }

        // The platform reports a missing discriminator of an abstract type as not supported.
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return ExtractionSchema.Violation((e as JsonException)?.Path ?? "$", $"must be readable as {typeof(T).Name}");
        }
    }

    private static JsonTypeInfo<T>? AllowAnyOrder<T>(JsonTypeInfo<T> type)
    {
        if (type.Options.AllowOutOfOrderMetadataProperties)
            return null;
        var options = new JsonSerializerOptions(type.Options) { AllowOutOfOrderMetadataProperties = true };
        return options.TryGetTypeInfo(typeof(T), out var other) ? (JsonTypeInfo<T>)other : null;
    }
}
