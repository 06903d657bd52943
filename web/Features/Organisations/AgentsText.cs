namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Names the texts: AgentsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class AgentsText;
