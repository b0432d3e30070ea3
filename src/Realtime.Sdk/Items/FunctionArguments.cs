using System.Buffers;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>Reads the arguments of a function call, which a model has written.</summary>
internal static class FunctionArguments
{
    private const int MaxNameLength = 64, MaxPathLength = 128;

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("$.[]_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Reads the arguments; blank text is an empty object, because models write none for a function without parameters.</summary>
    /// <param name="function">The function's name; null if the server omitted it.</param>
    /// <param name="arguments">The JSON text.</param>
    /// <param name="typeInfo">The serializer metadata of the type.</param>
    public static T Read<T>(string? function, string arguments, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        var buffer = ToUtf8(arguments, out var json);
        try
        {
            return JsonSerializer.Deserialize(json.Span, typeInfo) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw CreateException(function, json, typeof(T).Name, e);
        }
        finally
        {
            Return(buffer, json.Length);
        }
    }

    /// <summary>Reads the arguments as a JSON object in which no member occurs twice.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static JsonElement Parse(string? function, string arguments)
    {
        var buffer = ToUtf8(arguments, out var json);
        try
        {
            var element = JsonElement.Parse(json.Span, new() { AllowDuplicateProperties = false });
            return element.ValueKind == JsonValueKind.Object ? element : throw new JsonException(message: null, "$", null, null);
        }
        catch (JsonException e)
        {
            throw CreateException(function, json, "a JSON object", e);
        }
        finally
        {
            Return(buffer, json.Length);
        }
    }

    /// <summary>
    /// Returns metadata that reads a type in the same way but refuses a member that occurs twice, because it is not known which of the two the model meant.
    /// </summary>
    public static JsonTypeInfo<T> RejectDuplicates<T>(JsonTypeInfo<T> typeInfo)
    {
        var options = typeInfo.Options;

        // The options do not resolve to this metadata, so it was created by hand and is used unchanged.
        if (!options.AllowDuplicateProperties || !options.TryGetTypeInfo(typeof(T), out var resolved) || resolved != typeInfo)
            return typeInfo;
        return (JsonTypeInfo<T>)new JsonSerializerOptions(options) { AllowDuplicateProperties = false }.GetTypeInfo(typeof(T));
    }

    /// <summary>Writes the arguments to a buffer of the shared pool.</summary>
    private static byte[] ToUtf8(string arguments, out ReadOnlyMemory<byte> json)
    {
        var text = string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments;
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        json = buffer.AsMemory(0, Encoding.UTF8.GetBytes(text, buffer));
        return buffer;
    }

    /// <summary>Clears a buffer, which may contain data of the user, and returns it to the pool.</summary>
    private static void Return(byte[] buffer, int length)
    {
        buffer.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static RealtimeProtocolException CreateException(string? function, ReadOnlyMemory<byte> json, string target, JsonException e)
    {
        // The platform's exception is not passed on, because it quotes literals and the names of members.
        var name = PeerText.Sanitize(function is null or "" ? "a function" : function, maxLength: MaxNameLength);
        var path = e.Path is { Length: <= MaxPathLength } found && !found.AsSpan().ContainsAnyExcept(PathCharacters) ? found : null;
        var message = IsJson(json)
            ? $"The arguments of {name} could not be read as {target}{(path is null ? "" : $": {path} does not fit")}."
            : $"The arguments of {name} are not valid JSON.";
        return new(message, path, json.Length);
    }

    private static bool IsJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
