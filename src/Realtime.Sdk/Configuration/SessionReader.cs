namespace Realtime.Sdk.Internal;

/// <summary>Reads the JSON of a named session and reports all errors.</summary>
internal static class SessionReader
{
    /// <summary>The type of a session that has no <c>type</c>.</summary>
    public const string DefaultType = "realtime";

    /// <summary>The shape of a session: the types of its members.</summary>
    public static WireShape Shape => SessionConfiguration.GetWireShape();

    /// <summary>
    /// Returns the type that a session without a type is read as, and reports that the type is missing. Without a type, the session would be read as the
    /// flat format of the beta, which the endpoints reject. A misspelled <c>type</c> is reported together with the other unknown members.
    /// </summary>
    public static string ReportMissingType(IEnumerable<string> names, SessionFaults faults)
    {
        if (!names.Any(static name => name != "type" && Suggestion.Find(name, ["type"]) is not null))
            faults.Add("type", $"is required: known values are {string.Join(", ", Shape.Types)}");
        return DefaultType;
    }

    /// <summary>Returns the session and reports every rule that it violates. Returns null if it cannot be read.</summary>
    public static SessionConfiguration? Read(ReadOnlySpan<byte> json, bool allowUnknownMembers, SessionFaults faults)
    {
        var session = Parse(json, faults);
        if (session is not null)
            Check(session, session.Validate(), allowUnknownMembers, faults);
        return session;
    }

    /// <summary>Returns the session without validating it, or null if it cannot be read.</summary>
    public static SessionConfiguration? Parse(ReadOnlySpan<byte> json, SessionFaults faults)
    {
        var reader = new WireReader(json);
        try
        {
            return reader.ReadWhole<SessionConfiguration>();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            // The strings were validated before, so the message comes from this SDK and quotes no value.
            faults.Add(RemoveRoot(JsonPath.Find(json, reader.Position)), $"cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Reports the rules that a session violates, and its members and types that are unknown to this version.</summary>
    public static void Check(SessionConfiguration session, IEnumerable<ConstraintViolation> violations, bool allowUnknownMembers, SessionFaults faults)
    {
        foreach (var violation in violations)
        {
            var isUnknown = violation.Kind is ViolationKind.UnknownMember or ViolationKind.UnknownType;
            if (!isUnknown || !allowUnknownMembers)
                faults.Add(violation, isError: isUnknown || violation.Severity == ConstraintSeverity.Error);
        }
        if (session.SessionId is not null)
            faults.Add("id", "must not be set: the server assigns it");
        if (session.SessionObject is not null)
            faults.Add("object", "must not be set: the server adds it to its responses");
        if (session.SessionExpiresAt is not null)
            faults.Add("expires_at", "must not be set: the server decides when a session ends");
    }

    private static string RemoveRoot(string path) => path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
}
