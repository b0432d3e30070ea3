using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>Lets a variant that is no JSON object be read and written by its own type, the way its family does it.</summary>
/// <typeparam name="TVariant">The variant.</typeparam>
/// <typeparam name="TFamily">The base record of its family.</typeparam>
/// <typeparam name="TConverter">The converter of its family.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class VariantConverter<TVariant, TFamily, TConverter> : JsonConverter<TVariant>
    where TVariant : TFamily
    where TFamily : WireObject
    where TConverter : UnionConverter<TFamily>, new()
{
    private readonly TConverter _family = new();

    /// <inheritdoc/>
    public override TVariant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        _family.Read(ref reader, typeof(TFamily), options) as TVariant ?? throw new JsonException($"The JSON is no {typeof(TVariant).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TVariant value, JsonSerializerOptions options) => _family.Write(writer, value, options);
}
