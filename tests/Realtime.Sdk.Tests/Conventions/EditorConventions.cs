using System.ComponentModel;
using System.Reflection;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>Completion lists show what a newcomer needs. The rest is public and documented, but hidden from them.</summary>
public sealed class EditorConventions
{
    private static readonly string[] Infrastructure = ["WireObjectConverter`1", "WireStringConverter`1"];

    private static readonly string[] Legacy =
    [
        "ConversationItemCreatedEvent", "LegacySessionConfiguration", "LegacyTranscriptionSessionConfiguration", "TranscriptionSessionCreatedEvent",
        "TranscriptionSessionUpdateEvent", "TranscriptionSessionUpdatedEvent",
    ];

    private static readonly string[] UnknownAndMalformed =
    [
        "MalformedEvent", "MalformedTranslationEvent", "UnknownAudioFormat", "UnknownClientEvent", "UnknownContentPart", "UnknownConversationItem",
        "UnknownMcpAllowedTools", "UnknownMcpApproval", "UnknownMcpError", "UnknownNoiseReduction", "UnknownPromptReference", "UnknownPromptVariable",
        "UnknownResponseFormat", "UnknownServerEvent", "UnknownSessionConfiguration", "UnknownTool", "UnknownToolChoice", "UnknownTracing",
        "UnknownTranscription", "UnknownTranscriptionUsage", "UnknownTranslationClientEvent", "UnknownTranslationServerEvent", "UnknownTruncation",
        "UnknownTurnDetection", "UnknownVoice", "UnknownWebhook",
    ];

    [Fact]
    public void Only_these_types_are_hidden_from_completion_lists()
    {
        var hidden = typeof(RealtimeClient).Assembly.GetExportedTypes().Where(type => !type.IsNested && IsHidden(type)).Select(type => type.Name);

        hidden.Should().BeEquivalentTo([.. Infrastructure, .. Legacy, .. UnknownAndMalformed]);
    }

    [Fact]
    public void Every_unknown_and_malformed_variant_is_hidden()
    {
        var shown = typeof(RealtimeClient).Assembly.GetExportedTypes()
            .Where(type => typeof(IUnknownVariant).IsAssignableFrom(type) || typeof(IMalformedMessage).IsAssignableFrom(type))
            .Where(type => !IsHidden(type));

        shown.Should().BeEmpty();
    }

    [Fact]
    public void The_methods_of_the_beta_are_hidden()
    {
        var hidden = typeof(RealtimeClient).GetMethods().Where(IsHidden).Select(method => method.Name);

        hidden.Should().BeEquivalentTo(nameof(RealtimeClient.CreateSessionAsync), nameof(RealtimeClient.CreateTranscriptionSessionAsync));
    }

    private static bool IsHidden(MemberInfo member) => member.GetCustomAttribute<EditorBrowsableAttribute>(inherit: false)?.State == EditorBrowsableState.Never;
}
