using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>The source of a named session.</summary>
internal abstract class SessionSource
{
    /// <summary>Returns the session. If it is invalid, returns null and reports the errors.</summary>
    public abstract SessionConfiguration? Read(SessionFaults faults);

    /// <summary>Returns the place of a wire path in the form in which a developer would search for it. <c>$</c> is the whole session.</summary>
    public abstract string GetLocation(string path);
}

/// <summary>A session that the application created in code. Its additional members are intentional, so they are not reported as errors.</summary>
internal sealed class SessionFromCode(SessionConfiguration session) : SessionSource
{
    public override SessionConfiguration? Read(SessionFaults faults)
    {
        foreach (var violation in session.Validate())
            faults.Add(violation, isError: violation.Severity == ConstraintSeverity.Error);
        return session;
    }

    public override string GetLocation(string path) => path;
}

/// <summary>A session in a configuration section.</summary>
internal sealed class SessionFromSection(IConfiguration section, RealtimeSessionBindingOptions options) : SessionSource
{
    private readonly string _path = (section as IConfigurationSection)?.Path ?? "";

    public override SessionConfiguration? Read(SessionFaults faults)
    {
        var session = Parse(faults, requiresType: true);
        if (session is not null)
            Check(session, session.Validate(), faults);
        return session;
    }

    /// <summary>Returns the session without validating it. If it cannot be read, reports the errors and returns null.</summary>
    /// <param name="faults">Receives the errors.</param>
    /// <param name="requiresType">Whether a section without a type is reported; otherwise it is a realtime session.</param>
    public SessionConfiguration? Parse(SessionFaults faults, bool requiresType)
    {
        if (section.GetChildren().Any())
            return SessionReader.Parse(ConfiguredJson.Write(section, options.AllowUnknownMembers, faults, requiresType), faults);
        faults.Add(_path.Length == 0 ? "the configuration has no members" : $"the configuration section {PeerText.Sanitize(_path)} is missing or has no members");
        return null;
    }

    /// <summary>Reports the violations of a session that was read from the section.</summary>
    public void Check(SessionConfiguration session, IEnumerable<ConstraintViolation> violations, SessionFaults faults) =>
        SessionReader.Check(session, violations, options.AllowUnknownMembers, faults);

    public override string GetLocation(string path)
    {
        if (path == "$")
            return _path;
        var key = path.Replace("[", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Replace(".", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
        return _path.Length == 0 ? key : ConfigurationPath.Combine(_path, key);
    }
}

/// <summary>A session in the JSON format in which it is sent.</summary>
internal abstract class SessionFromJson(RealtimeSessionBindingOptions options) : SessionSource
{
    // The same syntax as in the platform's JSON configuration files.
    private static readonly JsonDocumentOptions Syntax = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    protected SessionConfiguration? Read(ReadOnlyMemory<byte> json, SessionFaults faults)
    {
        var preamble = System.Text.Encoding.UTF8.Preamble;
        var text = json.Span.StartsWith(preamble) ? json[preamble.Length..] : json;
        if (text.IsEmpty)
            faults.Add("$", "is empty");
        else if (!System.Text.Unicode.Utf8.IsValid(text.Span))
            faults.Add("$", "is not UTF-8");
        else
            return Parse(text, faults);
        return null;
    }

    private SessionConfiguration? Parse(ReadOnlyMemory<byte> json, SessionFaults faults)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Syntax);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                faults.Add("$", "is not a JSON object");
            else if (FindRepeated(document.RootElement, "") is { } path)
                faults.Add(path, "occurs twice");
            else
                return SessionReader.Read(SessionJson.Write(document.RootElement, faults), options.AllowUnknownMembers, faults);
        }
        catch (JsonException e)
        {
            // The message of the platform's exception quotes the JSON, which may contain a secret.
            faults.Add("$", $"is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            faults.Add("$", "is not valid JSON: a string contains a lone surrogate");
        }
        return null;
    }

    /// <summary>Returns the path of the first repeated member, or null if there is none.</summary>
    private static string? FindRepeated(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Array)
            return json.EnumerateArray().Select((element, index) => FindRepeated(element, $"{path}[{index}]")).FirstOrDefault(static found => found is not null);
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!names.Add(member.Name))
                return name;
            if (FindRepeated(member.Value, name) is { } found)
                return found;
        }
        return null;
    }
}

/// <summary>A session in a JSON file. The file is read when the session is first needed.</summary>
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

    public override string GetLocation(string path) => path == "$" ? file.Name : $"{file.Name}: {path}";
}

/// <summary>A session whose JSON was read from a stream.</summary>
internal sealed class SessionFromBytes(byte[] json, RealtimeSessionBindingOptions options) : SessionFromJson(options)
{
    public override SessionConfiguration? Read(SessionFaults faults) => Read(json, faults);

    public override string GetLocation(string path) => path == "$" ? "the stream" : path;
}
