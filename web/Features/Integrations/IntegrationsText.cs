namespace EwasteEpr.Web.Features.Integrations;

/// <summary>Names the texts of webhooks: IntegrationsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class IntegrationsText;
