using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>A JSON payload and the record it must read as: the project's own, and those of a directory named by the environment.</summary>
public sealed record Payload(string Name, Type Root, string Json)
{
    public static IEnumerable<Payload> Own() =>
        from file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Wire", "Payloads"), "*.json").Order(StringComparer.Ordinal)
        let name = Path.GetFileNameWithoutExtension(file)
        select new Payload(name, RootOf(name.Split('.')[0]), File.ReadAllText(file));

    /// <summary>Sessions, secrets, errors and formats of a directory of wire examples, also those inside events.</summary>
    public static IEnumerable<Payload> Foreign() =>
        Environment.GetEnvironmentVariable("REALTIME_SDK_WIRE_EXAMPLES") is not { Length: > 0 } directory ? [] :
            from file in Directory.EnumerateFiles(directory, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            let name = Path.GetRelativePath(directory, file).Replace('\\', '/')
            where Path.GetFileName(file) != "INDEX.json"
            from payload in Parts(name, JsonNode.Parse(File.ReadAllText(file)))
            select payload;

    /// <summary>Every variant inside a record that this version does not know.</summary>
    public static IEnumerable<string> Unknowns(object? value, string path = "$") => value switch
    {
        null or string or JsonElement => [],
        IUnknownVariant => [path],
        IDictionary map => map.Keys.Cast<object>().SelectMany(key => Unknowns(map[key], $"{path}.{key}")),
        IEnumerable list => list.Cast<object?>().SelectMany((element, i) => Unknowns(element, $"{path}[{i}]")),
        WireObject => value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.Name != nameof(WireObject.AdditionalProperties))
            .SelectMany(property => Unknowns(property.GetValue(value), $"{path}.{property.Name}")),
        _ => [],
    };

    public override string ToString() => $"{Name} as {Root.Name}";

    private static Type RootOf(string prefix) => prefix switch
    {
        "configuration" => typeof(SessionConfiguration),
        "session" => typeof(RealtimeSession),
        "secret" => typeof(ClientSecret),
        "secret-request" => typeof(ClientSecretRequest),
        "format" => typeof(ResponseFormat),
        "error" => typeof(RealtimeError),
        _ => throw new ArgumentException($"No root is known for payloads named {prefix}."),
    };

    private static IEnumerable<Payload> Parts(string name, JsonNode? json)
    {
        if (RestRoot(name) is { } root)
            return [new(name, root, json!.ToJsonString())];
        if (json is not JsonObject message || message["type"] is null)
            return [];
        var session = name.Contains("client/", StringComparison.Ordinal) ? typeof(SessionConfiguration) : typeof(RealtimeSession);
        return new (string Member, Type Root)[] { ("session", session), ("error", typeof(RealtimeError)) }
            .Where(part => message[part.Member] is JsonObject)
            .Select(part => new Payload($"{name}#{part.Member}", part.Root, message[part.Member]!.ToJsonString()));
    }

    private static Type? RestRoot(string name) => name switch
    {
        "rest/calls.accept.request.json" or "rest/calls.request.session-part.json" => typeof(SessionConfiguration),
        "rest/sessions.request.json" or "rest/transcription_sessions.request.json" => typeof(SessionConfiguration),
        _ when name.StartsWith("rest/", StringComparison.Ordinal) && name.Contains("client_secrets.request", StringComparison.Ordinal) =>
            typeof(ClientSecretRequest),
        _ when name.StartsWith("rest/", StringComparison.Ordinal) && name.Contains("client_secrets.response", StringComparison.Ordinal) =>
            typeof(ClientSecret),
        _ when name.StartsWith("rest/", StringComparison.Ordinal) && name.Contains("sessions.response", StringComparison.Ordinal) =>
            typeof(RealtimeSession),
        "objects/VoiceIdsShared.json" => typeof(Voice),
        _ when name.StartsWith("objects/Realtime", StringComparison.Ordinal) && name.Contains("Session", StringComparison.Ordinal) =>
            typeof(RealtimeSession),
        _ => null,
    };
}
