namespace Realtime.Sdk.Testing.Internal;

/// <summary>The model of a realtime session.</summary>
internal sealed class RealtimeModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check) => ServiceModels.CheckRealtime(text, check.Policy, check.Path);
}

/// <summary>The model of a translation session.</summary>
internal sealed class TranslationModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check) => ServiceModels.CheckTranslation(text, check.Policy, check.Path);
}

/// <summary>The model that transcribes the user's audio.</summary>
internal sealed class TranscriptionModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check)
    {
        if (check.Policy.ModelsAreDeployments)
            return;
        if (ServiceModels.IsRetired(text, check.Policy))
            throw ServiceErrors.ModelNotFound(text, check.Path);
        if (!ServiceModels.Transcription.Contains(text) && !check.Policy.AcceptsUnknownValues)
            throw ServiceErrors.UnknownValue(check.Path, text, ServiceModels.Transcription);
    }
}

/// <summary>The modalities of a response: known values, in a supported combination.</summary>
internal sealed class ModalitiesRule(params string[][] combinations) : WireRule
{
    private readonly ListRule _values = new(new KnownValueRule(ServiceValues.Modalities));
    private readonly string _supported = string.Join(" and ", combinations.Select(values => $"[{string.Join(", ", values.Select(value => $"'{value}'"))}]"));

    public override void Check(JsonNode value, MessageCheck check)
    {
        _values.Check(value, check);
        var given = value.AsArray().Select(value => value.AsText()!).ToList();
        if (given.TrueForAll(ServiceValues.Modalities.Contains) && !combinations.Any(values => values.Length == given.Count && values.All(given.Contains)))
            throw ServiceErrors.Modalities(check.Path, given, _supported);
    }
}

/// <summary>
/// A stored prompt. After the shutdown of stored prompts, the parameter is refused as unknown. This is an assumption: the service's refusal is not known.
/// </summary>
internal sealed class StoredPromptRule : WireRule
{
    private static readonly ObjectRule Members = new(new("id", TextRule.NotEmpty, IsRequired: true), new("version", TextRule.Any), new("variables", AnyObjectRule.Instance));

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (check.Policy.IsShutDown(ServiceModels.StoredPromptsEnd))
            throw EmulatorHttpException.UnknownParameter(check.Path);
        Members.Check(value, check);
    }
}
