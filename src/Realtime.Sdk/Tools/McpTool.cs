using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The tools of a remote Model Context Protocol server, which the service calls itself. Wire: <c>mcp</c>. Give one of
/// <see cref="ServerUrl"/>, <see cref="ConnectorId"/> and <see cref="TunnelId"/>.
/// </summary>
/// <remarks><see cref="object.ToString"/> shows neither <see cref="Authorization"/> nor <see cref="Headers"/>.</remarks>
public sealed record McpTool : RealtimeTool
{
    /// <inheritdoc/>
    [JsonPropertyName("type")]
    public override string Type => "mcp";

    /// <summary>The name by which items and tool choices refer to the server.</summary>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The server's absolute address.</summary>
    [JsonPropertyName("server_url"), JsonIgnore(Condition = WhenWritingNull)]
    public string? ServerUrl { get; init; }

    /// <summary>A connector of the service in place of an address. OpenAI does not offer it for models released after 1 September 2026.</summary>
    [JsonPropertyName("connector_id"), JsonIgnore(Condition = WhenWritingNull)]
    public McpConnector? ConnectorId { get; init; }

    /// <summary>A secure tunnel in place of an address: <c>tunnel_</c> and 32 lower-case letters or digits.</summary>
    [JsonPropertyName("tunnel_id"), JsonIgnore(Condition = WhenWritingNull)]
    public string? TunnelId { get; init; }

    /// <summary>The access token the service shows to the server. Secret; the service never sends it back.</summary>
    [JsonPropertyName("authorization"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Authorization { get; init; }

    /// <summary>What the server is for: the model reads this.</summary>
    [JsonPropertyName("server_description"), JsonIgnore(Condition = WhenWritingNull)]
    public string? ServerDescription { get; init; }

    /// <summary>HTTP headers the service sends to the server. Taken to be secret.</summary>
    [JsonPropertyName("headers"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Which of the server's tools the model may call; null means all.</summary>
    [JsonPropertyName("allowed_tools"), JsonIgnore(Condition = WhenWritingNull)]
    public McpAllowedTools? AllowedTools { get; init; }

    /// <summary>Who may call the tools, at least one; null leaves it to the server.</summary>
    [JsonPropertyName("allowed_callers"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<McpCaller>? AllowedCallers { get; init; }

    /// <summary>Which calls wait for your approval. The server's default is <see cref="McpApproval.Always"/>.</summary>
    [JsonPropertyName("require_approval"), JsonIgnore(Condition = WhenWritingNull)]
    public McpApproval? RequireApproval { get; init; }

    /// <summary>Whether the tools are loaded only when the model looks for them.</summary>
    [JsonPropertyName("defer_loading"), JsonIgnore(Condition = WhenWritingNull)]
    public bool? DeferLoading { get; init; }

    internal override void Check(Constraints constraints) { }

    /// <summary>Prints what tells the server apart, and nothing that could hold a secret.</summary>
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

/// <summary>A connector of the service to a product others run. Wire: <c>connector_id</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
[JsonConverter(typeof(WireStringConverter<McpConnector>))]
public readonly record struct McpConnector(string Value) : IWireString<McpConnector>
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

    /// <summary>Takes any string as it stands on the wire.</summary>
    public static implicit operator McpConnector(string value) => new(value);

    static McpConnector IWireString<McpConnector>.Create(string value) => new(value);

    /// <summary>The string as it stands on the wire.</summary>
    public override string ToString() => Value;
}

/// <summary>Who may call a tool. Wire: an element of <c>allowed_callers</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
[JsonConverter(typeof(WireStringConverter<McpCaller>))]
public readonly record struct McpCaller(string Value) : IWireString<McpCaller>
{
    /// <summary>The model itself.</summary>
    public static McpCaller Direct { get; } = new("direct");

    /// <summary>Code the model writes.</summary>
    public static McpCaller Programmatic { get; } = new("programmatic");

    /// <summary>Takes any string as it stands on the wire.</summary>
    public static implicit operator McpCaller(string value) => new(value);

    static McpCaller IWireString<McpCaller>.Create(string value) => new(value);

    /// <summary>The string as it stands on the wire.</summary>
    public override string ToString() => Value;
}
