using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Diagnostics;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>
/// Nobody adds a log entry, an exception, a tag or a printed record that shows words of a server as they came: each of them passes
/// through <see cref="PeerText"/>, or a list here says that the text is one of ours.
/// </summary>
public sealed partial class PeerTextConventions
{
    /// <summary>Parameters of log entries that are constants of this SDK or names that the application chose in its code.</summary>
    private static readonly string[] OurTexts =
    [
        "RequestCompleted.operation", "RequestFailed.operation", "RequestFailed.reason", "RequestRetrying.operation", "RequestRetrying.reason",
        "RetryHandlerRemoved.handler", "RetryHandlerRemoved.name", "SessionValue.session", "SessionWarning.session", "AgentValue.agent", "AgentWarning.agent", "Connecting.host", "Connecting.purpose", "Connected.host", "ConnectionRefused.exception",
        "ConversationWarning.kind", "ConversationEnded.reason", "ConversationFailed.reason", "ConversationRenewed.reason",
    ];

    /// <summary>Tags whose values are constants of this SDK, numbers, or the address, the agents, the functions and the model of the application's options.</summary>
    private static readonly string[] NamedTags =
    [
        "AgentName", "Attempts", "CloseCode", "ConnectionPurpose", "Direction", "ErrorType", "FinishReasons", "HttpStatusCode", "WarningKindTag", "Operation", "ProviderName", "RenewalCause",
        "RequestModel", "ServerAddress", "ServerPort", "TokenModality", "TokenType", "ToolDescription", "ToolName", "ToolType", "TurnInterrupted", "UsageInput", "UsageOutput",
    ];

    /// <summary>Tags with words of a server, which are sanitized where they are set; those of <c>ConversationContent</c> are what was said, where it was asked for.</summary>
    private static readonly string[] SanitizedTags =
        ["ConversationId, _conversationId", "ResponseId, PeerText.Sanitize(", "ResponseModel, PeerText.Sanitize(", "InputMessages, ConversationContent.", "OutputMessages, ConversationContent.",
            "ToolCallId, PeerText.Sanitize(", "ToolArguments, ConversationContent.", "ToolResult, ConversationContent."];

    /// <summary>What the platform's exceptions may say about a mistake of the caller.</summary>
    private static readonly string[] OurWords =
        ["description", "fault", "reader.TokenType", "operation.Name.Method", "WebhookHeaders.MaxIdLength", "returned", "_requestedBytes",
            "nameof(RealtimeAgent.Prepare)", "nameof(Connect)", "_options.DisposeTimeout.TotalSeconds", "nameof(RealtimeConversationOptions.Renewal)", "maxUnread", "nameof(ConversationLimits)", "nameof(ConversationLimits.MaxUnreadUpdates)",
            "nameof(RealtimeClient)", "nameof(SavedConversation)", "nameof(ToJson)", "Version"];

    /// <summary>Types that print a value: text that the application asked for as it is.</summary>
    private static readonly Type[] Values = [typeof(JsonSchema), typeof(TokenLimit)];

    [Fact]
    public void Every_text_that_is_logged_is_sanitized_or_one_of_ours()
    {
        var parameters = typeof(RealtimeLog).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .SelectMany(method => method.GetParameters(), (method, parameter) => (Name: $"{method.Name}.{parameter.Name}", Type: parameter.ParameterType))
            .ToArray();

        parameters.Where(parameter => parameter.Type == typeof(string)).Select(parameter => parameter.Name).Should().BeSubsetOf(OurTexts);
        parameters.Where(parameter => parameter.Type == typeof(object) || parameter.Type.IsAssignableTo(typeof(Exception)) || parameter.Type.IsAssignableTo(typeof(WireObject)))
            .Should().BeEmpty();
        parameters.Should().Contain(parameter => parameter.Type == typeof(PeerText));
    }

    [Fact]
    public void Nothing_is_logged_but_through_the_one_class_of_log_entries()
    {
        // The guard only passes on what it is given.
        var elsewhere = Repository.Sources("src/Realtime.Sdk").Where(file => Path.GetFileName(file) is not ("RealtimeLog.cs" or "GuardedLogger.cs") && Logging().IsMatch(File.ReadAllText(file)));

        elsewhere.Should().BeEmpty();
    }

    [Fact]
    public void Every_exception_of_the_SDK_is_made_by_the_constructor_that_sanitizes()
    {
        var exceptions = typeof(RealtimeException).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Exception))).ToArray();

        exceptions.Where(type => !type.IsAssignableTo(typeof(RealtimeException))).Should().BeEmpty();
        exceptions.Where(type => type != typeof(RealtimeException) && (type.GetProperty("Message")!.DeclaringType != typeof(Exception)
            || type.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType != typeof(RealtimeException))).Should().BeEmpty();
        typeof(RealtimeException).GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Should().ContainSingle();
        new RealtimeTimeoutException(RealtimeDeadline.Send, default, PeerWords.Dirty).Message.Should().StartWith("sk-***").And.NotContain("\n");
    }

    [Fact]
    public void No_exception_of_the_platform_is_thrown_with_words_of_a_server()
    {
        var audio = Repository.Sources("src/Realtime.Sdk/Audio"); // knows numbers only
        var holes = from file in Repository.Sources("src/Realtime.Sdk").Except(audio)
                    from Match exception in PlatformException().Matches(File.ReadAllText(file))
                    from Match hole in Hole().Matches(exception.Groups[1].Value)
                    select hole.Groups[1].Value;

        holes.Where(hole => !hole.StartsWith("PeerText.Sanitize(", StringComparison.Ordinal)).Except(OurWords).Should().BeEmpty();
        holes.Should().Contain("fault");
    }

    [Fact]
    public void Spans_and_measurements_have_no_tag_and_no_description_that_a_server_can_fill()
    {
        var sources = Repository.Sources("src/Realtime.Sdk").Select(File.ReadAllText).Where(source => source.Contains("using System.Diagnostics", StringComparison.Ordinal)).ToArray();

        sources.SelectMany(source => Tag().Matches(source)).Select(match => match.Groups[1].Value).Should().BeEmpty("tags are constants of TelemetryNames");
        sources.Where(source => OtherTelemetry().IsMatch(source)).Should().BeEmpty();
    }

    [Fact]
    public void Tags_with_words_of_a_server_are_sanitized_and_on_spans_only()
    {
        var sources = Repository.Sources("src/Realtime.Sdk").Where(file => Path.GetFileName(file) != "TelemetryNames.cs").Select(File.ReadAllText).ToArray();
        var set = sources.SelectMany(source => NamedTag().Matches(source)).Select(match => match.Groups[1].Value).ToArray();
        var sanitized = set.Where(tag => SanitizedTags.Any(allowed => tag.StartsWith(allowed, StringComparison.Ordinal))).ToArray();

        set.Except(sanitized).Select(tag => tag.Split(',')[0]).Distinct().Should().BeEquivalentTo(NamedTags);
        SanitizedTags.Should().OnlyContain(allowed => sanitized.Any(tag => tag.StartsWith(allowed, StringComparison.Ordinal)));
        sources.Should().NotContain(source => UnknownTag().IsMatch(source));
    }

    [Fact]
    public void Every_public_type_that_prints_texts_prints_them_sanitized()
    {
        var printing = typeof(WireObject).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && !type.IsEnum && !type.ContainsGenericParameters && !type.IsAssignableTo(typeof(Exception)) && !Values.Contains(type))
            .Where(type => !type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireString<>)))
            .Where(type => type.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType is var declaring && declaring != typeof(object) && declaring != typeof(ValueType))
            .ToArray();

        printing.Should().HaveCountGreaterThan(100).And.Contain([typeof(SessionDifference), typeof(ConstraintViolation), typeof(CallAnswer)]);
        foreach (var type in printing)
        {
            var value = Filled(type);
            if (Printed(value) is not { } printed)
                continue;
            printed.Should().NotContain("canary", type.Name).And.NotMatchRegex("[\\p{Cc}\\u2028\\u202E]", type.Name);
            printed.Length.Should().BeLessThan(5_000, type.Name);
        }
    }

    [Fact]
    public void No_record_of_the_wire_prints_itself_past_the_others()
    {
        typeof(WireObject).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(WireObject)) && type.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType != typeof(WireObject))
            .Should().BeEmpty();
    }

    /// <summary>An instance every text of which, also in the records it holds, is dirty.</summary>
    private static object Filled(Type type)
    {
        var value = RuntimeHelpers.GetUninitializedObject(type);
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.FieldType == typeof(string) && type != typeof(RealtimeCredential))
                    field.SetValue(value, PeerWords.Dirty + new string('x', 10_000));
                else if (field.FieldType == typeof(RealtimeError))
                    field.SetValue(value, new RealtimeError { Message = PeerWords.Dirty });
            }
        }
        return value;
    }

    /// <summary>A value made without its constructor may not be able to print itself.</summary>
    private static string? Printed(object value)
    {
        try
        {
            return value.ToString();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\[LoggerMessage|\.Log(?:Trace|Debug|Information|Warning|Error|Critical)?\(|\.BeginScope\(")]
    private static partial Regex Logging();

    [GeneratedRegex("""\bnew (?!Realtime)\w*Exception\(\s*\$"((?:[^"\\]|\\.)*)"[,)]""")]
    private static partial Regex PlatformException();

    [GeneratedRegex(@"\{([^{}:]+)(?::[^{}]*)?\}")]
    private static partial Regex Hole();

    [GeneratedRegex("""(?:SetTag\(|tags\.Add\(|_tags\.Add\(|\{ |KeyValuePair<string, object\?>\(|new\()"([a-z][a-z_.]*)",""")]
    private static partial Regex Tag();

    // Ahead of the match, so that a line with several tags has a match for each.
    [GeneratedRegex(@"(?:SetTag\(|[tT]ags\.Add\(|\{ |new\()TelemetryNames\.(?=(\w+, [^\r\n]*))")]
    private static partial Regex NamedTag();

    /// <summary>A tag whose name is neither a text at the place nor a constant. Token counts are numbers, whatever their name.</summary>
    [GeneratedRegex(@"SetTag\((?!""|TelemetryNames\.|name, tokens\))|[tT]ags\.Add\((?!""|TelemetryNames\.|new)")]
    private static partial Regex UnknownTag();

    [GeneratedRegex(@"AddEvent\(|AddException\(|RecordException\(|AddTag\(|AddBaggage\(|SetStatus\([^()]*,|StatusDescription|DisplayName")]
    private static partial Regex OtherTelemetry();
}
