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
    /// <param name="function">The function's name; null when the server left it out.</param>
    /// <param name="arguments">The JSON text.</param>
    /// <param name="typeInfo">How the type is read.</param>
    public static T Read<T>(string? function, string arguments, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        var json = ToUtf8(arguments);
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw Unreadable(function, json, typeof(T).Name, e);
        }
    }

    /// <summary>Reads the arguments as a JSON object in which no member occurs twice.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static JsonElement Parse(string? function, string arguments)
    {
        var json = ToUtf8(arguments);
        try
        {
            var element = JsonElement.Parse(json, new() { AllowDuplicateProperties = false });
            return element.ValueKind == JsonValueKind.Object ? element : throw new JsonException(message: null, "$", null, null);
        }
        catch (JsonException e)
        {
            throw Unreadable(function, json, "a JSON object", e);
        }
    }

    /// <summary>
    /// Returns metadata that reads a type in the same way but refuses a member that occurs twice: which of the two a model means is not known.
    /// </summary>
    public static JsonTypeInfo<T> Strict<T>(JsonTypeInfo<T> typeInfo)
    {
        var options = typeInfo.Options;

        // Metadata that the options would not resolve to was made by hand, so it is used as it is.
        if (!options.AllowDuplicateProperties || !options.TryGetTypeInfo(typeof(T), out var resolved) || resolved != typeInfo)
            return typeInfo;
        return (JsonTypeInfo<T>)new JsonSerializerOptions(options) { AllowDuplicateProperties = false }.GetTypeInfo(typeof(T));
    }

    private static byte[] ToUtf8(string arguments) => Encoding.UTF8.GetBytes(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments);

    private static RealtimeProtocolException Unreadable(string? function, byte[] json, string target, JsonException e)
    {
        // The platform's exception is not carried along: it quotes literals and the names of members.
        var name = PeerText.Sanitize(function is null or "" ? "a function" : function, maxLength: MaxNameLength);
        var path = e.Path is { Length: <= MaxPathLength } found && !found.AsSpan().ContainsAnyExcept(PathCharacters) ? found : null;
        var message = IsJson(json)
            ? $"The arguments of {name} could not be read as {target}{(path is null ? "" : $": {path} does not fit")}."
            : $"The arguments of {name} are not valid JSON.";
        return new(message, path, json.Length);
    }

    private static bool IsJson(byte[] json)
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
