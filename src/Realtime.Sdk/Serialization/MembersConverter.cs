using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// Reads and writes an object member by member, so that the members this version does not know are kept under any serializer options
/// and inside any serializer context.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MembersConverter<T> : JsonConverter<T> where T : WireObject
{
    private protected MembersConverter() { }

    /// <summary>Reads the value of a known member, and returns the record with it; null leaves the member to the unknown ones.</summary>
    private protected abstract T? WithMember(T record, string name, ref Utf8JsonReader reader);

    /// <summary>A record without members.</summary>
    private protected abstract T Empty { get; }

    /// <summary>Writes the known members that are set.</summary>
    private protected abstract void WriteMembers(Utf8JsonWriter writer, T value);

    /// <inheritdoc/>
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"An object was expected, not {reader.TokenType}.");
        var record = Empty;
        Dictionary<string, JsonElement>? extra = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (WithMember(record, name, ref reader) is { } read)
                record = read;
            else
                (extra ??= [])[name] = JsonElement.ParseValue(ref reader);
        }
        record.Extra = extra;
        return record;
    }

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteMembers(writer, value);
        foreach (var (name, member) in value.AdditionalProperties)
        {
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
