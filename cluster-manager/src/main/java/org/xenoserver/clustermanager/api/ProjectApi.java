package org.xenoserver.clustermanager.api;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ListProjectsRequest;
import org.xenoserver.proto.v1.ListProjectsResponse;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRequest;
import org.xenoserver.proto.v1.ProjectServiceGrpc;
import org.xenoserver.proto.v1.ProjectServiceGrpc.ProjectServiceBlockingStub;
import org.xenoserver.proto.v1.SetProjectRequest;

/** {@code ProjectService}: reads from the view, writes through the leader. */
public final class ProjectApi extends ProjectServiceGrpc.ProjectServiceImplBase {
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(2);

  private final ClusterView view;
  private final Writes writes;

  /** Serves from a view and through the leader. */
  public ProjectApi(ClusterView view, Writes writes) {
    this.view = view;
    this.writes = writes;
  }

  private static ProjectServiceBlockingStub stub(Channel leader) {
    return ProjectServiceGrpc.newBlockingStub(leader);
  }

  @Override
  public void listProjects(
      ListProjectsRequest request, StreamObserver<ListProjectsResponse> client) {
    client.onNext(ListProjectsResponse.newBuilder().addAllProjects(view.projects()).build());
    client.onCompleted();
  }

  @Override
  public void getProject(ProjectRequest request, StreamObserver<Project> client) {
    client.onNext(find(request.getProject()));
    client.onCompleted();
  }

  @Override
  public void createProject(SetProjectRequest request, StreamObserver<Project> client) {
    Project project =
        writes.write(
            request.getRequestId(),
            new Command.PutProject(true, request),
            accepted -> shown(request, accepted.operation()),
            (leader, id) ->
                stub(leader).createProject(request.toBuilder().setRequestId(id).build()));
    client.onNext(project);
    client.onCompleted();
  }

  @Override
  public void setProject(SetProjectRequest request, StreamObserver<Project> client) {
    Project project =
        writes.write(
            request.getRequestId(),
            new Command.PutProject(false, request),
            accepted -> shown(request, accepted.operation()),
            (leader, id) -> stub(leader).setProject(request.toBuilder().setRequestId(id).build()));
    client.onNext(project);
    client.onCompleted();
  }

  private Project shown(SetProjectRequest request, Operation operation)
      throws InterruptedException {
    var _ = view.awaitOperation(operation.getId(), VIEW_PATIENCE);
    return view.projects().stream()
        .filter(project -> project.getName().equals(request.getProject().getName()))
        .findFirst()
        .orElse(request.getProject());
  }

  @Override
  public void deleteProject(ProjectRequest request, StreamObserver<Project> client) {
    Project project =
        writes.write(
            request.getRequestId(),
            new Command.DeleteProject(request),
            _ -> Project.newBuilder().setName(request.getProject()).build(),
            (leader, id) ->
                stub(leader).deleteProject(request.toBuilder().setRequestId(id).build()));
    client.onNext(project);
    client.onCompleted();
  }

  private Project find(String name) {
    return view.projects().stream()
        .filter(project -> project.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> RpcFailure.of(ErrorCode.NOT_FOUND, "there is no project '%s'".formatted(name)));
  }
}
