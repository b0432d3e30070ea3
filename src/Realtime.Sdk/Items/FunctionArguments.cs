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
        var json = Encoding.UTF8.GetBytes(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments);
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            // The platform's exception is not carried along: it quotes literals and the names of members.
            var name = PeerText.Sanitize(function is null or "" ? "a function" : function, maxLength: MaxNameLength);
            var path = e.Path is { Length: <= MaxPathLength } found && !found.AsSpan().ContainsAnyExcept(PathCharacters) ? found : null;
            var message = IsJson(json)
                ? $"The arguments of {name} could not be read as {typeof(T).Name}{(path is null ? "" : $": {path} does not fit")}."
                : $"The arguments of {name} are not valid JSON.";
            throw new RealtimeProtocolException(message, path, json.Length);
        }
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
