namespace EwasteEpr.Web.Features.Jobs;

/// <summary>Names the texts of this feature: JobsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class JobsText;
