using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A remote Model Context Protocol (MCP) server, whose tools the service calls itself. Set one of <see cref="ServerUrl"/>, <see cref="ConnectorId"/> and
/// <see cref="TunnelId"/>. Wire: <c>mcp</c>.
/// </summary>
/// <remarks><see cref="object.ToString"/> includes neither <see cref="Authorization"/> nor <see cref="Headers"/>.</remarks>
[WireType("mcp")]
public sealed partial record McpTool : RealtimeTool
{
    private static readonly SearchValues<char> LowerCaseLettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The label of the server, by which items and tool choices refer to it.</summary>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The absolute URL of the server.</summary>
    [JsonPropertyName("server_url")]
    public string? ServerUrl { get; init; }

    /// <summary>A connector of the service, in place of a URL. OpenAI does not offer connectors for models released after September 1, 2026.</summary>
    [JsonPropertyName("connector_id")]
    public McpConnector? ConnectorId { get; init; }

    /// <summary>The ID of a secure tunnel, in place of a URL: <c>tunnel_</c> followed by 32 lowercase letters or digits.</summary>
    [JsonPropertyName("tunnel_id")]
    public string? TunnelId { get; init; }

    /// <summary>The access token that the service sends to the MCP server. A secret; the service never sends it back.</summary>
    [JsonPropertyName("authorization")]
    public string? Authorization { get; init; }

    /// <summary>The purpose of the server, for the model.</summary>
    [JsonPropertyName("server_description")]
    public string? ServerDescription { get; init; }

    /// <summary>HTTP headers that the service sends to the MCP server. Treated as secret.</summary>
    [JsonPropertyName("headers")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The tools that the model may call; null allows all tools of the server.</summary>
    [JsonPropertyName("allowed_tools")]
    public McpAllowedTools? AllowedTools { get; init; }

    /// <summary>The callers that may call the tools, at least one; null uses the server's default.</summary>
    [JsonPropertyName("allowed_callers")]
    public IReadOnlyList<McpCaller>? AllowedCallers { get; init; }

    /// <summary>The calls that require approval. The server's default is <see cref="McpApproval.Always"/>.</summary>
    [JsonPropertyName("require_approval")]
    public McpApproval? RequireApproval { get; init; }

    /// <summary>Whether the tools are loaded only when the model searches for them; null uses the server's default.</summary>
    [JsonPropertyName("defer_loading")]
    public bool? DeferLoading { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(ServerLabel, "server_label");
        CheckServer(constraints);
        if (string.IsNullOrWhiteSpace(Authorization) && Authorization is not null)
            constraints.Error("authorization", null, "must not be blank");
        constraints.ValidText(Authorization, "authorization");
        constraints.ValidText(ServerDescription, "server_description");
        foreach (var (name, value) in Headers ?? ReadOnlyDictionary<string, string>.Empty)
        {
            constraints.ValidText(name, "headers");
            if (value is null)
                constraints.Error($"headers.{name}", null, "is required");
            constraints.ValidText(value, $"headers.{name}");
        }
        constraints.ValidateMember("allowed_tools", AllowedTools);
        if (AllowedCallers is { Count: 0 })
            constraints.Error("allowed_callers", null, "must name at least one caller");
        constraints.EachKnown(AllowedCallers, [McpCaller.Direct, McpCaller.Programmatic], "allowed_callers");
        constraints.ValidateMember("require_approval", RequireApproval);
    }

    /// <summary>Checks how the server is addressed: by one of URL, connector and tunnel, each in its valid form.</summary>
    private void CheckServer(Constraints constraints)
    {
        var given = (ServerUrl is null ? 0 : 1) + (ConnectorId is null ? 0 : 1) + (TunnelId is null ? 0 : 1);
        if (given == 0)
            constraints.Error("server_url", null, "is required unless connector_id or tunnel_id is set");
        else if (given > 1)
            constraints.Warning("server_url", null, "should be the only one of server_url, connector_id, tunnel_id");
        if (ServerUrl is not null && !IsAbsolute(ServerUrl))
            constraints.Error("server_url", null, "must be an absolute URI");
        constraints.ValidText(ServerUrl, "server_url");
        if (TunnelId is not null && !IsTunnel(TunnelId))
            constraints.Error("tunnel_id", Constraints.Quote(TunnelId), "must be tunnel_ followed by 32 lowercase letters or digits");
        constraints.ValidText(TunnelId, "tunnel_id");
        constraints.Known(ConnectorId, McpConnector.Known, "connector_id");
    }

    // On Unix, Uri accepts "/path" as an absolute file URI, so the scheme must be in the text.
    private static bool IsAbsolute(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && url.StartsWith($"{uri.Scheme}:", StringComparison.OrdinalIgnoreCase);

    private static bool IsTunnel(string id) =>
        id.Length == Limits.TunnelIdPrefix.Length + Limits.TunnelIdLength
        && id.StartsWith(Limits.TunnelIdPrefix, StringComparison.Ordinal)
        && id.AsSpan(Limits.TunnelIdPrefix.Length).IndexOfAnyExcept(LowerCaseLettersAndDigits) < 0;

    /// <summary>Prints the members that identify the server, without any that may contain a secret.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ServerLabel = ").Append(ServerLabel);
        if (ConnectorId is { } connector)
            builder.Append(", ConnectorId = ").Append(connector.Value);
        if (Authorization is not null)
            builder.Append(", Authorization = …");
        if (Headers is not null)
            builder.Append(", Headers = …");
        return true;
    }
}

/// <summary>A connector of the service to a third-party product. Wire: <c>connector_id</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct McpConnector(string Value) : IWireString<McpConnector>
{
    /// <summary>Dropbox.</summary>
    public static McpConnector Dropbox { get; } = new("connector_dropbox");

    /// <summary>Gmail.</summary>
    public static McpConnector Gmail { get; } = new("connector_gmail");

    /// <summary>Google Calendar.</summary>
    public static McpConnector GoogleCalendar { get; } = new("connector_googlecalendar");

    /// <summary>Google Drive.</summary>
    public static McpConnector GoogleDrive { get; } = new("connector_googledrive");

    /// <summary>Microsoft Teams.</summary>
    public static McpConnector MicrosoftTeams { get; } = new("connector_microsoftteams");

    /// <summary>Outlook Calendar.</summary>
    public static McpConnector OutlookCalendar { get; } = new("connector_outlookcalendar");

    /// <summary>Outlook mail.</summary>
    public static McpConnector OutlookEmail { get; } = new("connector_outlookemail");

    /// <summary>SharePoint.</summary>
    public static McpConnector SharePoint { get; } = new("connector_sharepoint");

    internal static ReadOnlySpan<McpConnector> Known =>
        new McpConnector[] { Dropbox, Gmail, GoogleCalendar, GoogleDrive, MicrosoftTeams, OutlookCalendar, OutlookEmail, SharePoint };
}

/// <summary>A caller of a tool. Wire: an element of <c>allowed_callers</c>.</summary>
/// <remarks>Schema: <c>CallableToolAllowedCaller</c>.</remarks>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct McpCaller(string Value) : IWireString<McpCaller>
{
    /// <summary>The model.</summary>
    public static McpCaller Direct { get; } = new("direct");

    /// <summary>Code that the model writes.</summary>
    public static McpCaller Programmatic { get; } = new("programmatic");
}
