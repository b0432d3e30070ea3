using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>Where a named session comes from.</summary>
internal abstract class SessionSource
{
    /// <summary>Returns the session; null, and the faults, when it cannot be used.</summary>
    public abstract SessionConfiguration? Read(SessionFaults faults);

    /// <summary>Returns the place of a wire path as a developer looks for it; <c>$</c> is the whole session.</summary>
    public abstract string PlaceOf(string path);
}

/// <summary>A session that the application has created itself. Its additional members are there on purpose.</summary>
internal sealed class SessionFromCode(SessionConfiguration session) : SessionSource
{
    public override SessionConfiguration? Read(SessionFaults faults)
    {
        foreach (var violation in session.Validate())
            faults.Add(violation, isError: violation.Severity == ConstraintSeverity.Error);
        return session;
    }

    public override string PlaceOf(string path) => path;
}

/// <summary>A session in a configuration section.</summary>
internal sealed class SessionFromSection(IConfiguration section, RealtimeSessionBindingOptions options) : SessionSource
{
    private readonly string _path = (section as IConfigurationSection)?.Path ?? "";

    public override SessionConfiguration? Read(SessionFaults faults)
    {
        if (section.GetChildren().Any())
            return SessionReader.Read(ConfiguredJson.Write(section, options.AllowUnknownMembers, faults), options.AllowUnknownMembers, faults);
        faults.Add(_path.Length == 0 ? "the configuration has no members" : $"the configuration section {PeerText.Sanitize(_path)} is missing or has no members");
        return null;
    }

    public override string PlaceOf(string path)
    {
        if (path == "$")
            return _path;
        var key = path.Replace("[", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Replace(".", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
        return _path.Length == 0 ? key : ConfigurationPath.Combine(_path, key);
    }
}

/// <summary>A session as JSON, exactly as it is sent.</summary>
internal abstract class SessionFromJson(RealtimeSessionBindingOptions options) : SessionSource
{
    // As in the platform's own configuration files.
    private static readonly JsonDocumentOptions Syntax = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    protected SessionConfiguration? Read(ReadOnlyMemory<byte> json, SessionFaults faults)
    {
        var preamble = System.Text.Encoding.UTF8.Preamble;
        try
        {
            using var document = JsonDocument.Parse(json.Span.StartsWith(preamble) ? json[preamble.Length..] : json, Syntax);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return SessionReader.Read(SessionJson.Write(document.RootElement, faults), options.AllowUnknownMembers, faults);
            faults.Add("$", "is not a JSON object");
        }
        catch (JsonException e)
        {
            // The platform's own message quotes the JSON, which may hold a secret.
            faults.Add("$", $"is not valid JSON, or has a member twice{(e.LineNumber is { } line ? $": line {line + 1}, byte {e.BytePositionInLine + 1}" : "")}");
        }
        catch (InvalidOperationException)
        {
            faults.Add("$", "is not valid JSON: a text holds half of a surrogate pair");
        }
        return null;
    }
}

/// <summary>A session in a JSON file, which is read when the session is first needed.</summary>
internal sealed class SessionFromFile(FileInfo file, RealtimeSessionBindingOptions options) : SessionFromJson(options)
{
    public override SessionConfiguration? Read(SessionFaults faults)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"the file {file.FullName} does not exist");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"the file {file.FullName} cannot be read ({e.GetType().Name})");
            return null;
        }
        return Read(json, faults);
    }

    public override string PlaceOf(string path) => path == "$" ? file.Name : $"{file.Name}: {path}";
}

/// <summary>A session whose JSON was read from a stream.</summary>
internal sealed class SessionFromBytes(byte[] json, RealtimeSessionBindingOptions options) : SessionFromJson(options)
{
    public override SessionConfiguration? Read(SessionFaults faults) => Read(json, faults);

    public override string PlaceOf(string path) => path == "$" ? "the stream" : path;
}
